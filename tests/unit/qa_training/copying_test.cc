#include <string>
#include <vector>

#include <ATen/ATen.h>

#include "common/text/tokenizer/tokenizer.h"
#include "common/text/tokenizer/unigram_training.h"
#include "services/qa-service/training/generator/generator_tokenizer.h"
#include "services/qa-service/training/generator/new_generator.h"
#include "services/qa-service/training/generator/teacher_forcing.h"
#include "tests/support/catch_with_torch.h"

namespace clientele::qa {
namespace {

const std::vector<GenerationExample>& Examples() {
  static const std::vector<GenerationExample> examples = {
      {"how do I return a parcel",
       "Print the label in your account, put it on the parcel and bring both to any post office.",
       "Print the label in your account, put it on the parcel and bring both to any post office."},
      {"怎么退货", "请在账户中打印退货标签，贴在包裹上，然后送到任意邮局。",
       "请在账户中打印退货标签，贴在包裹上，然后送到任意邮局。"}};
  return examples;
}

TEST_CASE("a generator that has learned nothing copies what it was given") {
  const auto tokenizer = LearnTokenizer(Examples(), /*vocabulary=*/600);
  INFO(tokenizer.status());
  REQUIRE(tokenizer.ok());
  const auto built = NewSmallGenerator(*tokenizer, /*seed=*/1);
  INFO(built.status());
  REQUIRE(built.ok());
  const auto reader = text::Tokenizer::FromJson(tokenizer->file.content);
  REQUIRE(reader.ok());
  const at::NoGradGuard no_grad;
  for (const GenerationExample& example : Examples()) {
    const auto source = (*reader)->Encode(GeneratorPrompt(example));
    const auto target = (*reader)->Encode(example.answer);
    REQUIRE((source.ok() && target.ok()));
    const ForcedExample forced = {.source = source->ids, .target = target->ids};
    const std::vector<const ForcedExample*> batch = {&forced};
    const ForcedBatch padded = PadForced(batch, text::kUnigramPaddingId);
    const at::Tensor logits =
        built->module
            .get_method("reference")({padded.source, padded.source_mask, padded.decoder_inputs})
            .toTensor();
    const at::Tensor right = logits.argmax(-1).eq(padded.targets);
    // Where to begin it does not know: nothing was written that it could go on from.
    CHECK(right.narrow(1, 2, right.size(1) - 2).to(at::kFloat).mean().item<float>() > 0.95f);
  }
}

TEST_CASE("the same seed gives the same generator") {
  const auto tokenizer = LearnTokenizer(Examples(), /*vocabulary=*/600);
  REQUIRE(tokenizer.ok());
  const auto one = NewSmallGenerator(*tokenizer, 7);
  const auto other = NewSmallGenerator(*tokenizer, 7);
  REQUIRE((one.ok() && other.ok()));
  CHECK(at::equal(one->module.attr("tokens").toTensor(), other->module.attr("tokens").toTensor()));
}

}  // namespace
}  // namespace clientele::qa
