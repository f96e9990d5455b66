"""Dynamic registration (LTI Dynamic Registration 1.0) by invitation."""
