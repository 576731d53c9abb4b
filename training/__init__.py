"""How the shipped language model is made and measured; nothing here runs in the pipeline."""
