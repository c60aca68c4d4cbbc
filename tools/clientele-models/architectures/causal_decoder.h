#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_ARCHITECTURES_CAUSAL_DECODER_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_ARCHITECTURES_CAUSAL_DECODER_H_

// What decoder-only language models have in common: prefill, step and reference over layers
// that a family defines.
//
// A family's layer has, with x [B, T, C] or [B, C], `phase` from the root and an additive
// `bias` that is 0 where a query may look:
//   forward(x, phase, bias [1 or B, 1, N T, T]) -> (x, kv [2, B, H, T, D])
//   step(x, kv [2, B, H, S, D] written in place, rows [B], positions [B], phase,
//        bias [B, 1, 1, S]) -> x
// where N query heads share a key head, and a bias repeats for each of them.
// Its root has
//   embed(ids [B, T], positions [1 or B, T]) -> x
//   phase(positions [1 or B, T]) -> Tensor that the layers get
//   head(x) -> logits
// Source of the cache: Vaswani et al. 2017, section 3.1; a decoder's keys and values do not
// change once computed.

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "clientele/model/v1/bundle.pb.h"

#include "tools/clientele-models/architectures/architecture.h"

namespace clientele::models {

// attend(q [B, H, T, D], k [B, K, S, D], v [B, K, S, D], bias, for H / K x T
// queries or one) -> [B, H, T, D], where H / K
// query heads share a key head (grouped-query attention, Ainslie et al. 2023). Reads
// self.scale.
extern const char kAttentionSource[];

struct CausalDecoderShape {
  std::int64_t layers = 0;
  std::int64_t heads = 0;
  std::int64_t key_heads = 0;
  std::int64_t head_width = 0;
  std::int64_t vocabulary = 0;
  std::int64_t positions = 0;
};

// Completes `built`, whose module has the attributes layer0, layer1, ... and whatever
// `root_source` reads: defines the methods, and describes them in the manifest. Ids of ends
// and padding are read from `config`.
absl::Status FinishCausalDecoder(const CausalDecoderShape& shape, const std::string& root_source,
                                 Config& config, BuiltModel& built);

// The settings of a generator: `end_ids` and `pad_id`.
void DescribeEnds(Config& config, std::int64_t vocabulary, model::v1::Bundle& manifest);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_ARCHITECTURES_CAUSAL_DECODER_H_
