"""One function per thing somebody can do: facts in, one transaction, records and news out."""
