"""Tools for people who work on this project; none of them is deployed."""
