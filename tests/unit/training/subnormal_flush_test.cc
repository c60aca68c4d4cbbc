#include "common/training/subnormal_flush.h"

#include <limits>

#include "tests/support/catch_with_torch.h"
//
#include <ATen/ATen.h>

namespace clientele::training {
namespace {

float HalfOfTheLeastNormal() {
  const at::Tensor least = at::full({4}, std::numeric_limits<float>::min());
  return (least * 0.5)[0].item<float>();
}

TEST_CASE("subnormal results are 0 while it lives, and themselves afterwards") {
  const float subnormal = std::numeric_limits<float>::min() / 2;
  CHECK(HalfOfTheLeastNormal() == subnormal);
  if (at::globalContext().setFlushDenormal(false)) {  // the processor can
    const SubnormalFlush flush;
    CHECK(HalfOfTheLeastNormal() == 0);
  }
  CHECK(HalfOfTheLeastNormal() == subnormal);
}

}  // namespace
}  // namespace clientele::training
