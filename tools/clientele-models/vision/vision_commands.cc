#include "tools/clientele-models/vision/vision_commands.h"

#include <iostream>
#include <memory>

#include "common/inference/compute/compute_threads.h"
#include "common/status/status_macros.h"
#include "tools/clientele-models/vision/detect.h"
#include "tools/clientele-models/vision/evaluate_images.h"

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

}  // namespace clientele::models
