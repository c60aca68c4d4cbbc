#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_RATINGS_RANDOM_DRAWS_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_RATINGS_RANDOM_DRAWS_H_

// Random numbers for samplers: SplitMix64 (Steele, Lea, Flood, Fast splittable pseudorandom number
// generators, OOPSLA 2014) and the distributions on top of it, which the standard library leaves to
// its implementations. Belongs to one thread.

#include <cstddef>
#include <cstdint>

namespace clientele::recommend {

class RandomDraws {
 public:
  explicit RandomDraws(std::uint64_t seed) : state_(seed) {}

  std::uint64_t Bits();
  // Above 0, below 1.
  double Uniform();
  // From 0 to bound - 1; bound > 0.
  std::size_t Below(std::size_t bound);
  // Mean 0, variance 1 (Marsaglia's polar method).
  double Normal();
  // Mean `shape`, rate 1; shape > 0 (Marsaglia, Tsang, A simple method for generating gamma
  // variables, TOMS 2000).
  double Gamma(double shape);

 private:
  std::uint64_t state_;
  bool has_spare_ = false;
  double spare_ = 0;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_RATINGS_RANDOM_DRAWS_H_
