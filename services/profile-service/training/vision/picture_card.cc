#include "services/profile-service/training/vision/picture_card.h"

#include <numeric>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace clientele::profile {
namespace {

void AppendFigures(const PictureCardFacts& facts, const char* prefix, std::size_t pictures,
                   const char* what, std::string& card) {
  const auto accuracy = facts.metrics.find(absl::StrCat(prefix, "accuracy"));
  const auto mean = facts.metrics.find(absl::StrCat(prefix, "class_mean"));
  if (accuracy == facts.metrics.end() || mean == facts.metrics.end()) return;
  absl::StrAppendFormat(&card, "| %s | %d | %.1f %% | %.1f %% |\n", what, pictures,
                        100 * accuracy->second, 100 * mean->second);
}

}  // namespace

std::string PictureCard(const PictureCardFacts& facts, const PictureRecipe& recipe) {
  const std::size_t pictures =
      std::accumulate(facts.pictures.begin(), facts.pictures.end(), std::size_t{0});
  std::string card = absl::StrCat("# ", facts.name, "\n\n");
  absl::StrAppendFormat(
      &card,
      "Tells %d classes of pictures apart and gives each picture a vector of %d numbers: a "
      "residual convolutional network of %d parameters that sees %d x %d pixels, the whole "
      "picture stretched to a square and its middle, each also mirrored.\n\n## Data\n\n%d "
      "pictures:\n\n",
      facts.labels.size(), facts.width, facts.parameters, recipe.side, recipe.side, pictures);
  for (std::size_t i = 0; i < facts.labels.size(); ++i) {
    absl::StrAppendFormat(&card, "- `%s`: %d\n", facts.labels[i], facts.pictures[i]);
  }
  if (!facts.data_notes.empty()) absl::StrAppend(&card, "\n", facts.data_notes);
  absl::StrAppend(&card, "\n## Training\n\n");
  if (facts.pretrained.empty()) {
    absl::StrAppend(&card, "- It began with random weights.\n");
  } else {
    absl::StrAppend(&card, "- It began with the backbone of the detector `", facts.pretrained,
                    "`.\n");
  }
  if (facts.taught) {
    absl::StrAppend(&card,
                    "- It was also taught by the features of a larger network, and by the chances "
                    "that regressions on them give to pictures they were not fitted on.\n");
  }
  absl::StrAppendFormat(&card,
                        "- %d passes on a schedule fixed beforehand; the weights are a moving "
                        "average. `recipe.json` has every setting.\n",
                        recipe.epochs);
  if (!facts.metrics.empty()) {
    absl::StrAppend(&card,
                    "\n## Measured\n\n| pictures | number | right | mean of the classes "
                    "|\n|---|---|---|---|\n");
    AppendFigures(facts, "holdout_", facts.held_out, "set aside from the training pictures", card);
    AppendFigures(facts, "", facts.tested, "another folder, by which nothing was chosen", card);
  }
  absl::StrAppend(&card,
                  "\n## Where it does not hold\n\n"
                  "- It names one class for every picture, also for one of none of them; a low "
                  "highest chance is a sign of that.\n"
                  "- Pictures of another kind (drawings, several things at once, people far away) "
                  "were not measured.\n"
                  "- It must not be used to tell who a person is, or what they are like.\n");
  return card;
}

}  // namespace clientele::profile
