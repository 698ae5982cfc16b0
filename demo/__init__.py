"""The story of Mai Sơn at about one twentieth of its size, told to the platform through its public API."""
