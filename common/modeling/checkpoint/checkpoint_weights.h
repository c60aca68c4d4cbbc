#ifndef CLIENTELE_COMMON_MODELING_CHECKPOINT_CHECKPOINT_WEIGHTS_H_
#define CLIENTELE_COMMON_MODELING_CHECKPOINT_CHECKPOINT_WEIGHTS_H_

// The weights of a Hugging Face folder.
//
//   CLIENTELE_ASSIGN_OR_RETURN(auto weights, CheckpointWeights::Open(dir));

#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "common/modeling/checkpoint/safetensors.h"
#include "common/modeling/checkpoint/weights.h"

namespace clientele::modeling {

class CheckpointWeights final : public Weights {
 public:
  // Opens <dir>/model.safetensors, or the shards that <dir>/model.safetensors.index.json
  // names. F32, F16, BF16 and F64 tensors become float32. NOT_FOUND or INVALID_ARGUMENT,
  // with the file.
  static absl::StatusOr<std::unique_ptr<CheckpointWeights>> Open(const std::filesystem::path& dir);

  // What a way of saving put before every name, such as "module.", is left off, and given; empty:
  // nothing. "0.auto_model." and its like, of a whole sentence-transformers model, need not be
  // before every name.
  std::string StripWrapper();
  // Tensors whose names begin with `prefix` are found without it too.
  void StripPrefix(const std::string& prefix);
  // Tensors whose names end in `suffix` are found with `with` in its place, and only so.
  void ReplaceSuffix(const std::string& suffix, const std::string& with);
  // Every name, prefixes stripped, in order.
  std::vector<std::string> Names() const;

  bool Has(absl::string_view name, bool in_new) const override;
  void Ignore(absl::string_view name) override;
  // INVALID_ARGUMENT with the first names that nothing took or ignored.
  absl::Status Finish() override;

 private:
  struct Source {
    const SafetensorsFile* file = nullptr;
    const TensorView* tensor = nullptr;
  };

  CheckpointWeights() = default;
  void Rename(const std::string& from, std::string to);
  absl::Status Add(const std::filesystem::path& path, const std::set<std::string>* expected);
  absl::Status Fill(const std::string& name, const std::vector<std::int64_t>& shape, Init init,
                    at::Tensor& out) override;

  std::vector<std::unique_ptr<SafetensorsFile>> files_;
  std::map<std::string, Source, std::less<>> sources_;
  std::set<std::string, std::less<>> used_;
};

}  // namespace clientele::modeling

#endif  // CLIENTELE_COMMON_MODELING_CHECKPOINT_CHECKPOINT_WEIGHTS_H_
