#include "tools/clientele-models/vision/vision_commands.h"

#include <iostream>
#include <memory>

#include "common/inference/compute/compute_threads.h"
#include "common/status/status_macros.h"
#include "tools/clientele-models/vision/detect.h"
#include "tools/clientele-models/vision/evaluate_images.h"
#include "tools/clientele-models/vision/train_images.h"

namespace clientele::models {

void AddDetectCommand(CLI::App& app, Outcome& outcome) {
  CLI::App* command = app.add_subcommand(
      "detect", "Prints what an OBJECT_DETECTOR bundle sees in pictures, a JSON line each");
  auto options = std::make_shared<DetectOptions>();
  command->add_option("bundle", options->bundle, "Folder NAME/VERSION")->required();
  command->add_option("pictures", options->pictures, "JPEG, PNG or WebP files")->required();
  OnCommand(*command, outcome, [options]() -> absl::Status {
    CLIENTELE_RETURN_IF_ERROR(inference::ConfigureThreads({}));
    return Detect(*options, std::cout);
  });
}

void AddEvaluateImagesCommand(CLI::App& app, Outcome& outcome) {
  CLI::App* command = EvaluateGroup(app).add_subcommand(
      "images", "Classifies pictures in sub-folders, of which each is a class");
  auto options = std::make_shared<EvaluateImagesOptions>();
  command->add_option("bundle", options->bundle, "IMAGE_ENCODER bundle: folder NAME/VERSION")
      ->required();
  command->add_option("--folder", options->folder, "Folder with a sub-folder for each class")
      ->required();
  OnCommand(*command, outcome, [options]() -> absl::Status {
    CLIENTELE_RETURN_IF_ERROR(inference::ConfigureThreads({}));
    return EvaluateImages(*options, std::cout, std::cerr);
  });
}

void AddTrainImagesCommand(CLI::App& app, Outcome& outcome) {
  CLI::App* command =
      CommandGroup(app, "train", "Trains a model and writes its bundle")
          .add_subcommand("images", "Learns to tell pictures apart, and to give them vectors");
  auto options = std::make_shared<TrainImagesOptions>();
  command->add_option("--folder", options->folder, "Folder with a sub-folder for each class")
      ->required();
  command->add_option("--out", options->out, "Model folder; DIR/NAME/VERSION is made")->required();
  command->add_option("--name", options->name, "Lower-case letters, digits, '-' and '_'")
      ->capture_default_str();
  command->add_option("--version", options->version,
                      "Digits (default: one more than the newest that is there)");
  command->add_option("--teacher", options->teacher,
                      "safetensors file with a larger network's features of the pictures");
  command->add_option("--teacher_names", options->teacher_names,
                      "CLASS/FILE of each row of --teacher, one a line");
  command->add_option("--pretrained", options->pretrained,
                      "OBJECT_DETECTOR bundle (YOLOX) whose backbone is trained further");
  command->add_option("--recipe", options->recipe, "JSON file of settings; see the README");
  command
      ->add_option("--holdout", options->holdout,
                   "Share of each class that is measured with and not trained on")
      ->check(CLI::Range(0.0, 0.9))
      ->capture_default_str();
  command->add_option("--test_folder", options->test_folder,
                      "As --folder: measured with at the end, nothing is chosen by it");
  command->add_option("--license", options->license, "SPDX identifier of the weights' license");
  command->add_option("--data_notes", options->data_notes,
                      "Markdown on the data and its licenses, for the model card");
  command
      ->add_option("--threads", options->threads,
                   "0: all cores; 1 is quicker where others use them too")
      ->check(CLI::Range(0, 256))
      ->capture_default_str();
  command
      ->add_option("--signing_key", options->key_file,
                   "Private key file of keygen; without it the bundle has to be signed later")
      ->envname("CLIENTELE_SIGNING_KEY_FILE");
  OnCommand(*command, outcome, [options]() -> absl::Status {
    CLIENTELE_RETURN_IF_ERROR(inference::ConfigureThreads({.intra_op_threads = options->threads}));
    return TrainImages(*options, std::cout, std::cerr);
  });
}

}  // namespace clientele::models
