"""The switches of an ISP's sandbox, where one runs: nothing of this is mounted anywhere else."""
