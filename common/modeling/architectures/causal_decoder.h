#ifndef CLIENTELE_COMMON_MODELING_ARCHITECTURES_CAUSAL_DECODER_H_
#define CLIENTELE_COMMON_MODELING_ARCHITECTURES_CAUSAL_DECODER_H_

// What decoder-only language models have in common: prefill, step and reference over layers
// that a family defines.
//
// A family's layer has, with H query and K key heads of width D,
//   project(x [B, T, C], phase) -> (q [B, H, T, D], k [B, K, T, D], v [B, K, T, D])
//   mix(x [..., C], a [..., H D]) -> x, what follows the attention
// and `phase` from the root.
// Its root has
//   embed(ids [B, T], positions [1 or B, T]) -> x
//   phase(positions [1 or B, T]) -> Tensor that the layers get
//   head(x) -> logits
// Source of the cache: Vaswani et al. 2017, section 3.1; a decoder's keys and values do not
// change once computed.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "clientele/model/v1/bundle.pb.h"

#include "common/modeling/architectures/architecture.h"

namespace clientele::modeling {

// The layer's methods over those two. H / K query heads share a key head (grouped-query
// attention, Ainslie et al. 2023), and an additive `bias`, 0 where a query may look, repeats for
// each of them. Reads self.scale. The last layer of a prefill mixes the prompts' last tokens
// alone: nothing else is read of it.
extern const char kDecoderLayerSource[];

struct CausalDecoderShape {
  std::int64_t layers = 0;
  std::int64_t heads = 0;
  std::int64_t key_heads = 0;
  std::int64_t head_width = 0;
  std::int64_t vocabulary = 0;
  std::int64_t positions = 0;
  // Whether the phase depends on the length of the text, which is then given for each row.
  bool phase_by_length = false;
  // A layer that slides looks at the last `window` positions alone; none where it is empty.
  std::int64_t window = 0;
  std::vector<bool> slides = {};
};

// Completes `built`, whose module has the attributes layer0, layer1, ... and whatever
// `root_source` reads: defines the methods, and describes them in the manifest. Ids of ends
// and padding are read from `config`.
absl::Status FinishCausalDecoder(const CausalDecoderShape& shape, const std::string& root_source,
                                 std::optional<std::int64_t> usual_end, Config& config,
                                 BuiltModel& built);

// The settings of a generator: `end_ids` and `pad_id`. Where config.json does not name the end, it
// is `usual_end`. An end that the vocabulary lacks never comes and is left out.
void DescribeEnds(Config& config, std::int64_t vocabulary, std::optional<std::int64_t> usual_end,
                  model::v1::Bundle& manifest);

}  // namespace clientele::modeling

#endif  // CLIENTELE_COMMON_MODELING_ARCHITECTURES_CAUSAL_DECODER_H_
