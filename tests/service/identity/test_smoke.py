def test_smoke(portal):
    email = portal.verified()
    token = portal.sign_in(email)
    print(portal.claim(token))
    print(portal.person(token).me())
    print(portal.person(token).list_sessions())
    for n in portal.news(): print(n["name"], n["seq"], n["recipients"], n["language"])
