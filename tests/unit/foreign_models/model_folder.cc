#include "tests/unit/foreign_models/model_folder.h"

#include <fstream>
#include <iostream>
#include <sstream>

#include <CLI/CLI.hpp>
#include <torch/csrc/jit/api/module.h>

#include "common/inference/torchscript/torchscript_runner.h"
#include "tests/support/catch_with_torch.h"
#include "tools/clientele-models/bundle_commands.h"
#include "tools/clientele-models/key_commands.h"

namespace clientele::foreign {
namespace {

// Holds back what is written to standard output and error.
class Captured {
 public:
  Captured() : out_(std::cout.rdbuf(text_.rdbuf())), error_(std::cerr.rdbuf(text_.rdbuf())) {}
  ~Captured() {
    std::cout.rdbuf(out_);
    std::cerr.rdbuf(error_);
  }
  std::string text() const { return text_.str(); }

 private:
  std::ostringstream text_;
  std::streambuf* const out_;
  std::streambuf* const error_;
};

}  // namespace

ModelFolder::ModelFolder() {
  CLI::App app;
  models::Outcome outcome;
  models::AddKeygenCommand(app, outcome);
  const Captured captured;
  app.parse("keygen --out " + folder_.path().string());
  REQUIRE(outcome.exit_code == 0);
}

void ModelFolder::Write(const std::string& name, const torch::jit::Module& module,
                        const std::string& manifest,
                        const std::map<std::string, std::string>& files) {
  const std::filesystem::path dir = path() / name / "1";
  std::filesystem::create_directories(dir);
  module.save(dir / "model.pt");
  std::ofstream(dir / "bundle.json") << manifest;
  for (const auto& [file, content] : files) std::ofstream(dir / file) << content;
}

std::string ModelFolder::Sign(const std::string& name) {
  CLI::App app;
  models::Outcome outcome;
  models::AddSignCommand(app, outcome);
  const Captured captured;
  app.parse("sign " + (path() / name / "1").string() + " --signing_key " +
            (folder_.path() / "model-signing.key").string());
  return outcome.exit_code == 0 ? "" : captured.text();
}

inference::ModelHandleOptions ModelFolder::Options(const std::string& name,
                                                   model::v1::Task task) const {
  return {.model_dir = path(),
          .name = name,
          .task = task,
          .public_key = crypto::PublicKey::FromFile(public_key_file()).value(),
          .runners = inference::TorchScriptRunner::Load,
          .refresh_interval = absl::ZeroDuration()};
}

void ModelFolder::RequireServing(bool serves,
                                 const std::vector<inference::VersionReport>& versions) {
  INFO(RejectedFor(versions));
  REQUIRE(serves);
}

std::string RejectedFor(const std::vector<inference::VersionReport>& versions) {
  return versions.size() == 1 ? versions[0].reason : "";
}

}  // namespace clientele::foreign
