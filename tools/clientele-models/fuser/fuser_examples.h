#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_FUSER_FUSER_EXAMPLES_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_FUSER_FUSER_EXAMPLES_H_

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "services/profile-service/training/fuser/fuser_network.h"
#include "services/profile-service/training/fuser/look_back.h"
#include "tools/clientele-models/fuser/fuser_recipe.h"

namespace clientele::models {

// What was read of a company.
struct PastCompany {
  const HistorySource* source = nullptr;
  std::vector<profile::PastCustomer> past;
};

struct FuserData {
  profile::FuserExamples examples;
  // Of each example, a number that those of one customer share.
  std::vector<std::int64_t> customers;
};

// The customers of the companies, and one customer for each picture, who wrote about its class
// where there is a text. Texts are encoded by the recipe's bundles.
absl::StatusOr<FuserData> MakeFuserData(const FuserRecipe& recipe,
                                        const std::filesystem::path& recipe_folder,
                                        const std::filesystem::path& data,
                                        const std::vector<PastCompany>& companies,
                                        const std::function<void(absl::string_view)>& progress);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_FUSER_FUSER_EXAMPLES_H_
