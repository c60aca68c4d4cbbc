#ifndef CLIENTELE_TESTS_UNIT_PROFILE_FAKE_EMBEDDER_H_
#define CLIENTELE_TESTS_UNIT_PROFILE_FAKE_EMBEDDER_H_

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "services/profile-service/core/profiles/profile_models.h"

namespace clientele::profile::testing {

// "x" is {1, 0}, any other text {0, 1}.
class FakeEmbedder final : public TextEmbedder {
 public:
  absl::StatusOr<TextVectors> Embed(const RequestContext& context,
                                    absl::Span<const std::string> texts) override {
    ++calls;
    deadline = context.deadline;
    if (texts.size() >= slow_from) return absl::DeadlineExceededError("slow");
    if (!failure.ok()) return failure;
    if (std::find(texts.begin(), texts.end(), poison) != texts.end()) {
      return absl::InternalError("the model failed");
    }
    TextVectors vectors{.model_id = id, .rows = {}};
    for (const std::string& text : texts) {
      seen.push_back(text);
      vectors.rows.push_back(text == "x" ? std::vector<float>{1, 0} : std::vector<float>{0, 1});
    }
    return vectors;
  }
  std::string model_id() const override { return id; }

  std::string id = "text/1";
  std::string poison = "poison";  // a text on which the model fails
  absl::Status failure;
  std::vector<std::string> seen;
  std::size_t slow_from = 1000;  // so many texts take too long
  absl::Time deadline;           // of the last call
  int calls = 0;
};

}  // namespace clientele::profile::testing

#endif  // CLIENTELE_TESTS_UNIT_PROFILE_FAKE_EMBEDDER_H_
