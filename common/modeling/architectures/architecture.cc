#include "common/modeling/architectures/architecture.h"

#include <array>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/modeling/architectures/bert.h"
#include "common/modeling/architectures/gpt2.h"
#include "common/modeling/architectures/llama.h"
#include "common/modeling/architectures/resnet.h"
#include "common/modeling/architectures/t5.h"
#include "common/modeling/architectures/use_lite.h"
#include "common/modeling/architectures/yolox.h"
#include "common/status/error_details.h"

namespace clientele::modeling {

absl::StatusOr<const Family*> FindFamily(absl::string_view model_type) {
  // Heads of pre-training, and buffers that older versions of the reference saved.
  static const std::array<Family, 10> kFamilies = {{
      {"bert", BuildBert, {"bert."}, {"cls.", "embeddings.position_ids", "pooler."}},
      {"roberta", BuildRoberta, {"roberta."}, {"lm_head.", "embeddings.position_ids", "pooler."}},
      {"xlm-roberta",
       BuildRoberta,
       {"roberta."},
       {"lm_head.", "embeddings.position_ids", "pooler."}},
      {"t5",
       BuildT5,
       {},
       {"decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight"}},
      {"gpt2", BuildGpt2, {"transformer."}, {".attn.bias", ".attn.masked_bias"}},
      {"llama", BuildLlama, {"model."}, {".rotary_emb.inv_freq"}},
      {"qwen2", BuildQwen2, {"model."}, {".rotary_emb.inv_freq"}},
      {"resnet", BuildResNet, {"resnet."}, {}},
      {"yolox", BuildYolox, {}, {}},
      {"use-lite", BuildUseLite, {}, {}},
  }};
  std::vector<std::string> names;
  for (const Family& family : kFamilies) {
    if (model_type == family.model_type) return &family;
    names.emplace_back(family.model_type);
  }
  return InvalidField(
      "config.json: model_type",
      absl::StrCat(
          model_type.empty() ? "is missing" : absl::StrCat("is ", model_type.substr(0, 64)),
          "; it must be one of ", absl::StrJoin(names, ", "),
          ". Another model can be brought as a TorchScript file that keeps its task's "
          "contract (deploy/models/CONTRACTS.md)"));
}

}  // namespace clientele::modeling
