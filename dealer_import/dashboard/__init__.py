"""The staff's doors to the import: runs, profiles, the wizard, origins of files, exports."""
