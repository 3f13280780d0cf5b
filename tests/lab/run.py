"""Starts the lab: `python -m tests.lab.run`; `python -m tests.lab.run topology` declares what it hears."""

import sys

from chassis import run

if __name__ == "__main__":
    import tests.lab.contract
    import tests.lab.service

    if "topology" in sys.argv:
        from chassis import topology

        topology.main()
    else:
        from sqlalchemy import create_engine

        from chassis.run_settings import load_settings

        engine = create_engine(load_settings("services.licensing").DATABASE_URL)
        tests.lab.service.METADATA.create_all(engine)
        engine.dispose()
        run.find_service = lambda _package: tests.lab.service.Lab
        run.main("services.licensing")
