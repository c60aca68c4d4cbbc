#ifndef CLIENTELE_TESTS_UNIT_FOREIGN_MODELS_FOREIGN_ENCODER_H_
#define CLIENTELE_TESTS_UNIT_FOREIGN_MODELS_FOREIGN_ENCODER_H_

// The text encoder and the bundle.json that CONTRACTS.md shows, with a table of our own.

#include <cstdint>
#include <string>
#include <vector>

namespace torch::jit {
struct Module;
}  // namespace torch::jit

namespace clientele::foreign {

inline constexpr std::int64_t kBuckets = 200;
inline constexpr std::int64_t kTextWidth = 3;

// Row i of the table is (cos i, sin i, i / 100).
torch::jit::Module ForeignTextEncoder();
// The page's, of this size.
std::string ForeignTextEncoderManifest();
// What the encoder makes of a text: the mean of its ids' rows, unit length; in float64.
std::vector<double> ExpectedVector(const std::string& text);

}  // namespace clientele::foreign

#endif  // CLIENTELE_TESTS_UNIT_FOREIGN_MODELS_FOREIGN_ENCODER_H_
