"""What keeps one caller, or one sick service, from taking the others down with it."""
