#include <cstdint>
#include <thread>
#include <vector>

#include <torch/csrc/jit/api/module.h>

#include "common/inference/generation/text_generator.h"
#include "common/inference/versions/model_handle.h"
#include "tests/support/catch_with_torch.h"
#include "tests/unit/foreign_models/foreign_generators.h"
#include "tests/unit/foreign_models/model_folder.h"

namespace clientele::foreign {
namespace {

using Tokens = std::vector<std::int64_t>;

// Prompts of different lengths, together.
std::vector<Tokens> GenerateTogether(
    const inference::ModelHandle<inference::GeneratorModel>& handle,
    const std::vector<Tokens>& prompts, std::int64_t tokens) {
  const auto generator = inference::TextGenerator::Create({}).value();
  std::vector<Tokens> answers(prompts.size());
  std::vector<std::thread> callers;
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    callers.emplace_back([&, i] {
      const auto text = generator->Generate({}, handle.Current(), prompts[i],
                                            {.decoding = {.max_new_tokens = tokens}});
      if (text.ok()) answers[i] = text->tokens;
    });
  }
  for (std::thread& caller : callers) caller.join();
  return answers;
}

}  // namespace

TEST_CASE("a foreign decoder with the page's prefill and step writes what its formula says") {
  ModelFolder models;
  models.Write("counter", ForeignDecoder(), ForeignDecoderManifest());
  REQUIRE(models.Sign("counter") == "");
  const auto handle =
      models.Serve<inference::GeneratorModel>("counter", model::v1::TASK_TEXT_GENERATOR);

  // By hand: a = 2, so y = 3.25; then a = 2, (2 + 2 x 3) / 3 and y = 7 / 3 + 1.25 = 3.58.
  const std::vector<Tokens> answers =
      GenerateTogether(*handle, {{2}, {12, 0, 0, 5, 1}, {9, 1}}, 12);
  CHECK(Tokens(answers[0].begin(), answers[0].begin() + 2) == Tokens{3, 4});
  CHECK(answers[0] == ExpectedOfDecoder({2}, 12));
  CHECK(answers[1] == ExpectedOfDecoder({12, 0, 0, 5, 1}, 12));
  CHECK(answers[2] == ExpectedOfDecoder({9, 1}, 12));
}

TEST_CASE("a foreign encoder-decoder writes what its formula says") {
  ModelFolder models;
  models.Write("translator", ForeignEncoderDecoder(), ForeignEncoderDecoderManifest());
  REQUIRE(models.Sign("translator") == "");
  const auto handle =
      models.Serve<inference::GeneratorModel>("translator", model::v1::TASK_TEXT_GENERATOR);

  // By hand: 0.5 x 1 + 0.75 x 4 + 1.25 = 4.75; then (1 + 2 x 5) / 3 is half of 3.67, y = 6.08.
  const std::vector<Tokens> answers = GenerateTogether(*handle, {{4}, {9, 2, 5}, {0, 0, 8, 1}}, 12);
  CHECK(Tokens(answers[0].begin(), answers[0].begin() + 2) == Tokens{5, 6});
  CHECK(answers[0] == ExpectedOfEncoderDecoder({4}, 12));
  CHECK(answers[1] == ExpectedOfEncoderDecoder({9, 2, 5}, 12));
  CHECK(answers[2] == ExpectedOfEncoderDecoder({0, 0, 8, 1}, 12));
}

}  // namespace clientele::foreign
