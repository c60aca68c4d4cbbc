#include "common/training/learning_rate.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace clientele::training {

LearningRateSchedule LearningRateSchedule::WarmUpCosine(std::int64_t warm_up, std::int64_t total,
                                                        double last) {
  return {Shape::kCosine, warm_up, total, last};
}

LearningRateSchedule LearningRateSchedule::WarmUpLinear(std::int64_t warm_up, std::int64_t total,
                                                        double last) {
  return {Shape::kLinear, warm_up, total, last};
}

double LearningRateSchedule::Factor(std::int64_t step) const {
  if (shape_ == Shape::kConstant) return 1;
  if (step < warm_up_) return static_cast<double>(step + 1) / static_cast<double>(warm_up_);
  if (step >= total_ - 1) return last_;
  const double way =
      static_cast<double>(step - warm_up_) / static_cast<double>(total_ - 1 - warm_up_);
  const double left =
      shape_ == Shape::kLinear ? 1 - way : (1 + std::cos(std::numbers::pi * way)) / 2;
  return last_ + (1 - last_) * left;
}

}  // namespace clientele::training
