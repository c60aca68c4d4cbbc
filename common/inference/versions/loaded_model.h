#ifndef CLIENTELE_COMMON_INFERENCE_VERSIONS_LOADED_MODEL_H_
#define CLIENTELE_COMMON_INFERENCE_VERSIONS_LOADED_MODEL_H_

// One version of a model in memory: a verified bundle with what runs it.
//
// What a task makes of it is the task's servable (model_handle.h), which keeps it alive. Tools
// and tests that want the tensors themselves take a LoadedModel as it is.
//
// Immutable, shared by its users, thread-safe. No torch here: include model_runner.h to run it.

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "clientele/model/v1/bundle.pb.h"

#include "common/inference/bundle/model_bundle.h"

namespace clientele::inference {

class BundleTokenizer;
class ModelRunner;

class LoadedModel {
 public:
  LoadedModel(ModelBundle bundle, std::unique_ptr<const ModelRunner> runner);
  LoadedModel(ModelBundle bundle, std::unique_ptr<const ModelRunner> runner,
              std::unique_ptr<const BundleTokenizer> tokenizer);
  ~LoadedModel();
  LoadedModel(const LoadedModel&) = delete;
  LoadedModel& operator=(const LoadedModel&) = delete;

  // As a servable of its own: it is what it is.
  static absl::StatusOr<std::shared_ptr<const LoadedModel>> Open(
      std::shared_ptr<const LoadedModel> model) {
    return model;
  }

  const model::v1::Bundle& manifest() const { return bundle_.manifest(); }
  const ModelRunner& runner() const { return *runner_; }
  // Null when the bundle has none, as models that take no text.
  const BundleTokenizer* tokenizer() const { return tokenizer_.get(); }
  // "name/version".
  const std::string& id() const { return bundle_.id(); }
  // A file listed in the manifest, such as "items.json"; see ModelBundle.
  absl::StatusOr<std::string> ReadFile(absl::string_view path) const {
    return bundle_.ReadFile(path);
  }

 private:
  ModelBundle bundle_;
  std::unique_ptr<const ModelRunner> runner_;
  std::unique_ptr<const BundleTokenizer> tokenizer_;
};

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_VERSIONS_LOADED_MODEL_H_
