#ifndef CLIENTELE_TESTS_UNIT_FOREIGN_MODELS_MODEL_FOLDER_H_
#define CLIENTELE_TESTS_UNIT_FOREIGN_MODELS_MODEL_FOLDER_H_

// A model folder as somebody fills it who has TorchScript, a text editor and the commands of
// clientele-models, and nothing else of this repository.
//
//   ModelFolder models;
//   models.Write("my-encoder", module, R"({"task": "TASK_TEXT_ENCODER", ...})");
//   REQUIRE(models.Sign("my-encoder") == "");
//   const auto handle = models.Serve("my-encoder", model::v1::TASK_TEXT_ENCODER);

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "clientele/model/v1/bundle.pb.h"

#include "common/inference/versions/model_handle.h"
#include "tests/support/temporary_folder.h"

namespace torch::jit {
struct Module;
}  // namespace torch::jit

namespace clientele::foreign {

class ModelFolder {
 public:
  // Makes a key pair of its own.
  ModelFolder();

  // <name>/1 with model.pt, bundle.json and other files.
  void Write(const std::string& name, const torch::jit::Module& module, const std::string& manifest,
             const std::map<std::string, std::string>& files = {});
  // `clientele-models sign`: empty, or what the command says against it.
  std::string Sign(const std::string& name);
  // What a service opens; its first turn is made.
  template <typename Servable = inference::LoadedModel>
  std::unique_ptr<inference::ModelHandle<Servable>> Open(const std::string& name,
                                                         model::v1::Task task) {
    return inference::ModelHandle<Servable>::Create(Options(name, task)).value();
  }
  // The same, required to serve.
  template <typename Servable = inference::LoadedModel>
  std::unique_ptr<inference::ModelHandle<Servable>> Serve(const std::string& name,
                                                          model::v1::Task task) {
    auto handle = Open<Servable>(name, task);
    RequireServing(handle->Current() != nullptr, handle->Versions());
    return handle;
  }

  std::filesystem::path path() const { return folder_.path() / "models"; }
  std::filesystem::path public_key_file() const { return folder_.path() / "model-signing.pub"; }

 private:
  inference::ModelHandleOptions Options(const std::string& name, model::v1::Task task) const;
  static void RequireServing(bool serves, const std::vector<inference::VersionReport>& versions);

  clientele::testing::TemporaryFolder folder_;
};

// Why the only version is rejected; empty when it is not.
std::string RejectedFor(const std::vector<inference::VersionReport>& versions);

}  // namespace clientele::foreign

#endif  // CLIENTELE_TESTS_UNIT_FOREIGN_MODELS_MODEL_FOLDER_H_
