#ifndef CLIENTELE_TESTS_UNIT_FOREIGN_MODELS_FOREIGN_GENERATORS_H_
#define CLIENTELE_TESTS_UNIT_FOREIGN_MODELS_FOREIGN_GENERATORS_H_

// Small transformers with attention, weights set by hand so that their answers have a closed
// form. They count: a token's number is its value.
//
// Attention scores are log(j + 1), so that position j weighs j + 1, or 0, so that all weigh
// the same. With t the tokens so far, the generator's next token is the number nearest to y
// (the logit of v is 2 v y - v^2):
//   decoder          a_p = sum_{j<=p} (j + 1) t_j / sum_{j<=p} (j + 1)
//                    y   = mean of a_p + 1.25
//   encoder-decoder  y   = 0.75 (a of the source, at its end) + 0.5 (a of the answer) + 1.25

#include <cstdint>
#include <string>
#include <vector>

namespace torch::jit {
struct Module;
}  // namespace torch::jit

namespace clientele::foreign {

// Two layers, two heads: `prefill` and `step` as CONTRACTS.md shows them.
torch::jit::Module ForeignDecoder();
std::string ForeignDecoderManifest();
// What follows `prompt`, by the formula.
std::vector<std::int64_t> ExpectedOfDecoder(std::vector<std::int64_t> prompt, int tokens);

// One layer, one head. Token 1 starts.
torch::jit::Module ForeignEncoderDecoder();
std::string ForeignEncoderDecoderManifest();
std::vector<std::int64_t> ExpectedOfEncoderDecoder(const std::vector<std::int64_t>& source,
                                                   int tokens);

// A module of the decoder's weights with methods of your own.
torch::jit::Module DecoderOf(const std::string& methods);
std::string ForeignDecoderMethods();

}  // namespace clientele::foreign

#endif  // CLIENTELE_TESTS_UNIT_FOREIGN_MODELS_FOREIGN_GENERATORS_H_
