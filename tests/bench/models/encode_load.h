#ifndef CLIENTELE_TESTS_BENCH_MODELS_ENCODE_LOAD_H_
#define CLIENTELE_TESTS_BENCH_MODELS_ENCODE_LOAD_H_

// Callers of a TextEncoder, each in a thread of its own, each with one text a call.

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "common/inference/tasks/text_encoder.h"

namespace clientele::bench {

// A text of so many tokens with [CLS] and [SEP]; at least 3.
std::string TextOf(std::int64_t tokens, std::mt19937_64& random);

// Every caller sends its next text when it has the answer to the one before, until all texts
// are answered. Wall seconds.
double ClosedLoop(const inference::TextEncoder& encoder, const std::vector<std::string>& texts,
                  std::size_t callers);

// Texts arrive at random (Poisson) at so many a second, whether or not those before are
// answered. Seconds of each from its arrival to its answer.
std::vector<double> OpenLoop(const inference::TextEncoder& encoder,
                             const std::vector<std::string>& texts, double rate);

}  // namespace clientele::bench

#endif  // CLIENTELE_TESTS_BENCH_MODELS_ENCODE_LOAD_H_
