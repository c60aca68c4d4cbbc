#include "tools/clientele-models/generator/new_generator_bundle.h"

#include <system_error>

#include "common/inference/bundle/golden.h"
#include "common/inference/torchscript/bundle_writer.h"
#include "common/status/status_macros.h"
#include "services/qa-service/training/generator/generator_tokenizer.h"
#include "services/qa-service/training/generator/new_generator.h"
#include "services/qa-service/training/text_bundle.h"

namespace clientele::models {

HiddenFolder::~HiddenFolder() {
  std::error_code error;
  std::filesystem::remove_all(path_, error);
}

absl::StatusOr<std::shared_ptr<const inference::LoadedModel>> OpenNewGenerator(
    absl::Span<const qa::GenerationExample> examples, std::size_t vocabulary, std::uint64_t seed,
    const HiddenFolder& folder) {
  CLIENTELE_ASSIGN_OR_RETURN(const qa::GeneratorTokenizer tokenizer,
                             qa::LearnTokenizer(examples, vocabulary));
  CLIENTELE_ASSIGN_OR_RETURN(modeling::BuiltModel built, qa::NewSmallGenerator(tokenizer, seed));
  built.manifest.set_name("new-generator");
  built.manifest.set_version("1");
  CLIENTELE_ASSIGN_OR_RETURN(const std::filesystem::path written,
                             inference::WriteUnsignedBundle(
                                 {.model_dir = folder.path()}, built.module, built.manifest,
                                 {tokenizer.file}, inference::ExampleInputs(built.manifest, 2, 8)));
  return qa::OpenTextBundle(written, model::v1::TASK_TEXT_GENERATOR);
}

}  // namespace clientele::models
