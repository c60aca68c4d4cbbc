#ifndef CLIENTELE_COMMON_TRAINING_SEEDS_H_
#define CLIENTELE_COMMON_TRAINING_SEEDS_H_

// Where a training's randomness comes from: one seed, so that the same data and options give the
// same model, and a state that a checkpoint keeps.
//
//   RandomSource random(options.seed);        // before the module is made: its weights are drawn
//   Shuffle(rows, random.engine());
//   const RandomState state = random.Save();  // ... random.Restore(state)

#include <cstdint>
#include <random>
#include <string>

#include "absl/status/status.h"

namespace at {
struct Generator;
}  // namespace at

namespace clientele::training {

// Of one purpose (fold, epoch, replica): streams of one seed have nothing in common. SplitMix64
// (Steele, Lea, Flood, Fast splittable pseudorandom number generators, OOPSLA 2014).
std::uint64_t DeriveSeed(std::uint64_t seed, std::uint64_t stream);

// A generator of torch's own kind that nothing else draws from. Thread-safe to make.
at::Generator TorchGenerator(std::uint64_t seed);

// Both generators, as bytes.
struct RandomState {
  std::string torch;
  std::string engine;

  friend bool operator==(const RandomState&, const RandomState&) = default;
};

// Seeds torch's generator of the process for the CPU, from which dropout and the initial weights of
// modules are drawn, and an engine for everything else. One at a time in a process: whoever else
// draws from torch's generator changes the results. Belongs to one thread.
class RandomSource {
 public:
  explicit RandomSource(std::uint64_t seed);
  RandomSource(const RandomSource&) = delete;
  RandomSource& operator=(const RandomSource&) = delete;

  std::mt19937_64& engine() { return engine_; }

  RandomState Save() const;
  // INVALID_ARGUMENT for what Save did not give; nothing is changed then.
  absl::Status Restore(const RandomState& state);

 private:
  std::mt19937_64 engine_;
};

}  // namespace clientele::training

#endif  // CLIENTELE_COMMON_TRAINING_SEEDS_H_
