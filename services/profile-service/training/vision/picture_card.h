#ifndef CLIENTELE_PROFILE_SERVICE_TRAINING_VISION_PICTURE_CARD_H_
#define CLIENTELE_PROFILE_SERVICE_TRAINING_VISION_PICTURE_CARD_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "services/profile-service/training/vision/picture_recipe.h"

namespace clientele::profile {

struct PictureCardFacts {
  std::string name;
  std::vector<std::string> labels;
  std::vector<std::size_t> pictures;  // of each label, trained on
  std::int64_t parameters = 0;
  std::int64_t width = 0;  // of a vector
  std::string pretrained;  // id of the bundle; empty: none
  bool taught = false;
  std::size_t tested = 0;  // pictures of the test folder
  std::size_t held_out = 0;
  std::map<std::string, double> metrics;
  std::string data_notes;  // Markdown
};

// A model card in Markdown (Mitchell et al., Model cards for model reporting, 2019).
std::string PictureCard(const PictureCardFacts& facts, const PictureRecipe& recipe);

}  // namespace clientele::profile

#endif  // CLIENTELE_PROFILE_SERVICE_TRAINING_VISION_PICTURE_CARD_H_
