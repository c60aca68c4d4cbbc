#include "common/training/batch_order.h"

#include <algorithm>
#include <numeric>
#include <random>

#include "absl/status/status.h"

#include "common/frame/shuffle.h"
#include "common/training/seeds.h"

namespace clientele::training {

absl::StatusOr<BatchOrder> BatchOrder::Create(BatchOrderOptions options) {
  if (options.batch_size == 0) return absl::InvalidArgumentError("a batch must have an example");
  BatchOrder order(options);
  if (order.steps_per_epoch() == 0) {
    return absl::InvalidArgumentError("there are too few examples for a batch");
  }
  return order;
}

std::int64_t BatchOrder::steps_per_epoch() const {
  const std::size_t whole = options_.examples / options_.batch_size;
  const bool rest = options_.examples % options_.batch_size > 0 && !options_.drop_last;
  return static_cast<std::int64_t>(whole) + (rest ? 1 : 0);
}

absl::Span<const std::size_t> BatchOrder::Batch(std::int64_t epoch, std::int64_t step) {
  if (epoch != epoch_) {
    if (options_.shuffle) {
      std::mt19937_64 random(DeriveSeed(options_.seed, static_cast<std::uint64_t>(epoch)));
      order_ = frame::Permutation(options_.examples, random);
    } else if (order_.empty()) {
      order_.resize(options_.examples);
      std::iota(order_.begin(), order_.end(), std::size_t{0});
    }
    epoch_ = epoch;
  }
  const std::size_t begin = static_cast<std::size_t>(step) * options_.batch_size;
  const std::size_t size = std::min(options_.batch_size, options_.examples - begin);
  return absl::MakeConstSpan(order_).subspan(begin, size);
}

}  // namespace clientele::training
