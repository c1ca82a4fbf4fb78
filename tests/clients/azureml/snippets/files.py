"""Files of a run."""
import os

os.makedirs("made/deep", exist_ok=True)
for name in ("made/a.txt", "made/deep/b ü.txt"):
    with open(name, "w") as file:
        file.write(name)
run = experiment.start_logging(snapshot_directory=None)
run.upload_file("outputs/model.pkl", "made/a.txt")
run.upload_files(["kept/a.txt", "kept/b.txt"], ["made/a.txt", "made/deep/b ü.txt"])
run.upload_folder("folder", "made")
show("names", sorted(run.get_file_names()))
run.download_file("kept/b.txt", "back.txt")
show("file", open("back.txt").read())
run.download_files(prefix="folder", output_directory="back")
show("folder", sorted(os.path.relpath(os.path.join(folder, name), "back") for folder, _, names in os.walk("back") for name in names))
try:
    run.download_file("nothing.txt", "nothing.txt")
except Exception as error:
    show("unknown", "nothing.txt" in str(error))
run.complete()
