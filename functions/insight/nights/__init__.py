"""What the lake is asked every night, and the small documents that its answers become."""
