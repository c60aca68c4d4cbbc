#ifndef CLIENTELE_COMMON_MODELING_CHECKPOINT_TFJS_WEIGHTS_H_
#define CLIENTELE_COMMON_MODELING_CHECKPOINT_TFJS_WEIGHTS_H_

// The weights of a model as TensorFlow.js publishes it: model.json, whose `weightsManifest` lists
// tensors in the order of their bytes, and files that hold those bytes one after another.
//
//   CLIENTELE_ASSIGN_OR_RETURN(auto weights, TfjsWeights::Open(dir, [](absl::string_view name) {
//     return name == "module/Embeddings_en" ? "embeddings" : "";
//   }));
//
// Not thread-safe.

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "common/modeling/checkpoint/weights.h"

namespace clientele::modeling {

class TfjsWeights final : public Weights {
 public:
  // The name under which an architecture takes the tensor; empty: it has no use for it.
  using Rename = std::function<std::string(absl::string_view)>;

  // Reads <dir>/model.json and its files, of which at most 4 GiB are accepted. Tensors are float32
  // and not quantized. NOT_FOUND or INVALID_ARGUMENT, with the file and the field.
  static absl::StatusOr<std::unique_ptr<TfjsWeights>> Open(const std::filesystem::path& dir,
                                                           const Rename& rename);

  bool Has(absl::string_view name, bool in_new) const override;
  void Ignore(absl::string_view name) override;
  // INVALID_ARGUMENT with a name that nothing took or ignored.
  absl::Status Finish() override;

 private:
  TfjsWeights() = default;
  // Axes of one element in front of a shape are left off.
  absl::Status Fill(const std::string& name, const std::vector<std::int64_t>& shape, Init init,
                    at::Tensor& out) override;

  std::map<std::string, at::Tensor, std::less<>> tensors_;
  std::set<std::string, std::less<>> used_;
};

}  // namespace clientele::modeling

#endif  // CLIENTELE_COMMON_MODELING_CHECKPOINT_TFJS_WEIGHTS_H_
