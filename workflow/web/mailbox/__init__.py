"""The letters that a mail catcher on this machine has kept; hung only where the settings name one."""
