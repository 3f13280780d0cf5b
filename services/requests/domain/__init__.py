"""What a request is and may become: tables and calculations, nothing that touches the outside."""
