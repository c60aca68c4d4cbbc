#include "common/inference/bundle/one_pass_buffer.h"

#include <string>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/temporary_folder.h"

namespace clientele::inference {
namespace {

TEST_CASE("A file's parts are what was read, whatever their size and place") {
  const clientele::testing::TemporaryFolder folder;
  std::string content(3 * OnePassBuffer::kHandedOver + 123, ' ');
  for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>(i * 31 % 251);
  const auto path = folder.Write("model.pt", content);
  const auto buffer = OnePassBuffer::Read(path, content.size());
  REQUIRE(buffer.ok());
  CHECK((*buffer)->content() == content);

  std::string part(1000, ' ');
  CHECK((*buffer)->Copy(7, part.data(), part.size()) == part.size());
  CHECK(part == content.substr(7, part.size()));
  std::string large(OnePassBuffer::kHandedOver + 77, ' ');
  CHECK((*buffer)->Copy(100'001, large.data(), large.size()) == large.size());
  CHECK(large == content.substr(100'001, large.size()));
  // What lies beside a part that was handed over is still there.
  CHECK((*buffer)->Copy(100'001 - 50, part.data(), 50) == 50);
  CHECK(part.substr(0, 50) == content.substr(100'001 - 50, 50));
  const std::size_t behind = 100'001 + large.size();
  CHECK((*buffer)->Copy(behind, part.data(), 50) == 50);
  CHECK(part.substr(0, 50) == content.substr(behind, 50));
  // And what was handed over is gone.
  CHECK((*buffer)->content() != content);
}

TEST_CASE("Reads beyond the end give what there is") {
  const clientele::testing::TemporaryFolder folder;
  const auto buffer = OnePassBuffer::Read(folder.Write("a", "abc"), 3);
  REQUIRE(buffer.ok());
  char into[8] = {};
  CHECK((*buffer)->Copy(1, into, 8) == 2);
  CHECK(std::string(into) == "bc");
  CHECK((*buffer)->Copy(3, into, 8) == 0);
  CHECK((*buffer)->Copy(~std::uint64_t{0}, into, 8) == 0);
}

TEST_CASE("A file of another size is refused") {
  const clientele::testing::TemporaryFolder folder;
  const auto path = folder.Write("a", "abc");
  CHECK(absl::IsDataLoss(OnePassBuffer::Read(path, 2).status()));
  CHECK(absl::IsDataLoss(OnePassBuffer::Read(path, 4).status()));
  CHECK(absl::IsDataLoss(OnePassBuffer::Read(folder.path() / "none", 1).status()));
  CHECK(OnePassBuffer::Read(folder.Write("empty", ""), 0).ok());
}

}  // namespace
}  // namespace clientele::inference
