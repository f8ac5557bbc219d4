"""A simulated caller: Twilio's side of a phone call, signatures included."""
