#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_GENERATOR_COPYING_WEIGHTS_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_GENERATOR_COPYING_WEIGHTS_H_

// The first weights of a small T5 that copies from its source before it has learned anything: what
// it writes next is what follows, in the source, the last two tokens that it wrote. Training then
// has to learn where to begin, where to end and when to depart, and not that words can be copied,
// which takes a small network on few texts longer than everything else.
//
//   CopyingWeights weights(CopyingSizes{}, /*seed=*/1);
//   BuildT5(config, weights, {});
//
// A state has four parts of a quarter of the width: the token itself, the token before it, the one
// before that, and what is to be written. The first layer of each side fills the second and third
// part by two heads that look one and two positions back. In the decoder's last layer two heads
// look for the place in the source that was preceded by the same two tokens, and put its token into
// the fourth part, which is all that the output reads. This is the induction head of Olsson et al.,
// In-context learning and induction heads, 2022, written down instead of learned. Everything else
// is random and small.
//
// Not thread-safe.

#include <cstdint>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "common/modeling/checkpoint/random_weights.h"
#include "common/modeling/checkpoint/weights.h"

namespace clientele::qa {

// Of the T5. Heads are at least two and as wide as a quarter of the width, which is a multiple of
// eight; the output's table is not tied.
struct CopyingSizes {
  std::int64_t width = 256;
  std::int64_t heads = 4;
  std::int64_t inner = 512;
  std::int64_t encoder_layers = 3;
  std::int64_t decoder_layers = 3;

  std::int64_t part() const { return width / 4; }
};

class CopyingWeights final : public modeling::Weights {
 public:
  CopyingWeights(const CopyingSizes& sizes, std::uint64_t seed) : sizes_(sizes), random_(seed) {}

  bool Has(absl::string_view name, bool in_new) const override { return random_.Has(name, in_new); }
  void Ignore(absl::string_view) override {}
  absl::Status Finish() override { return status(); }

 private:
  absl::Status Fill(const std::string& name, const std::vector<std::int64_t>& shape,
                    modeling::Init init, at::Tensor& out) override;

  const CopyingSizes sizes_;
  modeling::RandomWeights random_;
  at::Tensor tokens_;  // [vocabulary, part]: the table's first part
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_GENERATOR_COPYING_WEIGHTS_H_
