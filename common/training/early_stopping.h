#ifndef CLIENTELE_COMMON_TRAINING_EARLY_STOPPING_H_
#define CLIENTELE_COMMON_TRAINING_EARLY_STOPPING_H_

// Ends a training that no longer gets better, and remembers when it was best.
//
//   EarlyStopping stopping({.patience = 3, .direction = Direction::kHigherIsBetter});
//   for (...) {
//     if (stopping.Observe(epoch, auc)) best = Copy(model);
//     if (stopping.ShouldStop()) break;
//   }
//
// Belongs to one thread.

#include <cstdint>
#include <optional>

namespace clientele::training {

enum class Direction { kLowerIsBetter, kHigherIsBetter };

struct EarlyStoppingOptions {
  // Observations in a row without a new best one after which it stops; 0: never.
  int patience = 3;
  // A value must be better than the best one by more than this.
  double min_delta = 0;
  Direction direction = Direction::kLowerIsBetter;
};

class EarlyStopping {
 public:
  struct Best {
    std::int64_t at = 0;
    double value = 0;

    friend bool operator==(const Best&, const Best&) = default;
  };
  // What a checkpoint keeps.
  struct State {
    std::optional<Best> best;
    int without_improvement = 0;

    friend bool operator==(const State&, const State&) = default;
  };

  explicit EarlyStopping(EarlyStoppingOptions options) : options_(options) {}
  // Goes on where a checkpoint was.
  EarlyStopping(EarlyStoppingOptions options, const State& state)
      : options_(options), state_(state) {}

  // `value` was measured after epoch or step `at`. True when it is the best one so far; NaN never
  // is.
  bool Observe(std::int64_t at, double value);

  bool ShouldStop() const {
    return options_.patience > 0 && state_.without_improvement >= options_.patience;
  }
  // Empty until a number was observed.
  const std::optional<Best>& best() const { return state_.best; }
  const State& state() const { return state_; }

 private:
  EarlyStoppingOptions options_;
  State state_;
};

}  // namespace clientele::training

#endif  // CLIENTELE_COMMON_TRAINING_EARLY_STOPPING_H_
