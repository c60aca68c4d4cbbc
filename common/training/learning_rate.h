#ifndef CLIENTELE_COMMON_TRAINING_LEARNING_RATE_H_
#define CLIENTELE_COMMON_TRAINING_LEARNING_RATE_H_

// How the learning rate changes while a model is trained, as a factor of each parameter group's own
// rate.
//
//   const auto schedule = LearningRateSchedule::WarmUpCosine(100, order.steps_per_epoch() *
//   epochs); schedule.Factor(0);     // 0.01 schedule.Factor(100);   // 1, and down from there
//
// Steps count from 0. Values; thread-safe.

#include <cstdint>

namespace clientele::training {

class LearningRateSchedule {
 public:
  // Always 1.
  LearningRateSchedule() = default;
  static LearningRateSchedule Constant() { return {}; }

  // (step + 1) / warm_up over the first `warm_up` steps, then from 1 down to `last` at step
  // `total` - 1 along half a cosine (Loshchilov, Hutter, SGDR, ICLR 2017, without restarts), and
  // `last` from there on.
  static LearningRateSchedule WarmUpCosine(std::int64_t warm_up, std::int64_t total,
                                           double last = 0);
  // The same along a straight line.
  static LearningRateSchedule WarmUpLinear(std::int64_t warm_up, std::int64_t total,
                                           double last = 0);

  double Factor(std::int64_t step) const;

 private:
  enum class Shape { kConstant, kCosine, kLinear };

  LearningRateSchedule(Shape shape, std::int64_t warm_up, std::int64_t total, double last)
      : shape_(shape), warm_up_(warm_up), total_(total), last_(last) {}

  Shape shape_ = Shape::kConstant;
  std::int64_t warm_up_ = 0;
  std::int64_t total_ = 0;
  double last_ = 1;
};

}  // namespace clientele::training

#endif  // CLIENTELE_COMMON_TRAINING_LEARNING_RATE_H_
