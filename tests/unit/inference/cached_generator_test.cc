#include "common/inference/generation/cached_generator.h"

#include "common/status/error_details.h"
#include "tests/support/catch_with_torch.h"
#include "tests/unit/inference/tiny_generator.h"

namespace clientele::inference {
namespace {

TEST_CASE("a cache for which there is no memory is refused, and the one that is there stays") {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  SKIP("the sanitizer's allocator ends the process");
#endif
  CachedGenerator generator(testing::LoadTinyGenerator(GeneratorKind::kDecoder, nullptr));
  constexpr CacheShape kSmall = {.rows = 1, .positions = 6};
  REQUIRE(generator.Reserve(kSmall, kSmall).ok());
  const auto first = generator.Prefill({{5, 3, 2}}, 0);
  REQUIRE(first.ok());

  constexpr CacheShape kAbsurd = {.rows = 1 << 24, .positions = 1 << 24};
  const absl::Status status = generator.Reserve(kAbsurd, kAbsurd);
  CHECK(absl::IsResourceExhausted(status));
  CHECK(status.message() == "cpu has too little free memory for the generator's key-value cache");
  CHECK(GetReason(status) == reason::kOverloaded);
  CHECK(generator.allocated() == kSmall);
  CHECK(generator.Step({1}, {3}, 0).ok());
}

}  // namespace
}  // namespace clientele::inference
