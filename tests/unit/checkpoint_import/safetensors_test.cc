#include "common/modeling/checkpoint/safetensors.h"

#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "absl/strings/match.h"

#include "tests/support/temporary_folder.h"

namespace clientele::models {
namespace {

std::string Length(std::uint64_t length) {
  std::string bytes;
  for (int i = 0; i < 8; ++i) bytes.push_back(static_cast<char>(length >> (8 * i) & 0xff));
  return bytes;
}

std::string File(const std::string& header, const std::string& data) {
  return Length(header.size()) + header + data;
}

std::string Entry(const std::string& name, const std::string& dtype, const std::string& shape,
                  const std::string& offsets) {
  return "\"" + name + "\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape +
         ",\"data_offsets\":" + offsets + "}";
}

TEST_CASE("Tensors are found by name with type, shape and bytes") {
  const std::string file =
      File("{\"__metadata__\":{\"format\":\"pt\"}," + Entry("b", "U8", "[3]", "[4,7]") + "," +
               Entry("a", "I16", "[2,1]", "[0,4]") + "}   ",
           "wxyzABC");
  const auto tensors = modeling::ParseSafetensors(file, "model.safetensors");
  REQUIRE(tensors.ok());
  REQUIRE(tensors->size() == 2);
  CHECK(tensors->at("a").type == modeling::ElementType::kI16);
  CHECK(tensors->at("a").shape == std::vector<std::int64_t>{2, 1});
  CHECK(tensors->at("a").bytes == "wxyz");
  CHECK(tensors->at("b").bytes == "ABC");
}

TEST_CASE("A scalar and a tensor without elements are tensors") {
  const auto tensors =
      modeling::ParseSafetensors(File("{" + Entry("empty", "F32", "[0,5]", "[4,4]") + "," +
                                          Entry("scalar", "F32", "[]", "[0,4]") + "}",
                                      "1234"),
                                 "f");
  REQUIRE(tensors.ok());
  CHECK(tensors->at("scalar").shape.empty());
  CHECK(tensors->at("empty").bytes.empty());
}

TEST_CASE("A header that lies is refused with the file and the tensor") {
  struct Case {
    std::string file;
    std::string message;
  };
  const Case c = GENERATE(values<Case>({
      {"short", "shorter than 8 bytes"},
      {Length(100) + "{}", "truncated"},
      {Length(~std::uint64_t{0}) + "{}", "truncated"},
      {File("[]", ""), "JSON object"},
      {File("{", ""), "not the JSON"},
      {File("{\"a\":{\"shape\":[[[[1]]]]}}", ""), "not the JSON"},
      {File("{\"a\":3}", ""), "JSON object"},
      {File("{" + Entry("a", "F128", "[1]", "[0,4]") + "}", "1234"), "F128 is not supported"},
      {File("{" + Entry("a", "F32", "[-1]", "[0,4]") + "}", "1234"), "impossible size"},
      {File("{" + Entry("a", "F32", "[1.5]", "[0,4]") + "}", "1234"), "impossible size"},
      {File("{" + Entry("a", "F32", "[4611686018427387904,4]", "[0,4]") + "}", "1234"),
       "impossible size"},
      {File("{" + Entry("a", "F32", "[18446744073709551615]", "[0,4]") + "}", "1234"),
       "impossible size"},
      {File("{" + Entry("a", "F32", "[1,1,1,1,1,1,1,1,1]", "[0,4]") + "}", "1234"), "at most 8"},
      {File("{" + Entry("a", "F32", "[2]", "[0,8]") + "}", "1234"), "outside the file's 4 bytes"},
      {File("{" + Entry("a", "F32", "[1]", "[4,0]") + "}", "1234"), "outside the file's"},
      {File("{" + Entry("a", "F32", "[1]", "[0,3]") + "}", "123"), "want 4"},
      {File("{" + Entry("a", "F32", "[1]", "[0]") + "}", "1234"), "two numbers"},
      {File("{" + Entry("a", "F32", "[1]", "[4,8]") + "}", "12345678"), "nothing names"},
      {File("{" + Entry("a", "F32", "[1]", "[0,4]") + "}", "12345678"), "file's end"},
      {File("{" + Entry("a", "F32", "[1]", "[0,4]") + "," + Entry("b", "F32", "[1]", "[0,4]") + "}",
            "1234"),
       "overlaps"},
      {File("{" + Entry("a", "F32", "[1]", "[0,4]") + "," + Entry("a", "F32", "[1]", "[0,4]") + "}",
            "1234"),
       "named twice"},
  }));
  const auto tensors = modeling::ParseSafetensors(c.file, "model.safetensors");
  REQUIRE_FALSE(tensors.ok());
  INFO(tensors.status().message());
  CHECK(absl::IsInvalidArgument(tensors.status()));
  CHECK(absl::StrContains(tensors.status().message(), "model.safetensors: "));
  CHECK(absl::StrContains(tensors.status().message(), c.message));
}

TEST_CASE("Every prefix of a file is refused or is a file") {
  const std::string file = File("{" + Entry("a", "F32", "[2]", "[0,8]") + "}", "12345678");
  for (std::size_t length = 0; length < file.size(); ++length) {
    CHECK_FALSE(modeling::ParseSafetensors(file.substr(0, length), "f").ok());
  }
}

TEST_CASE("What is written is read again, its data aligned to 8 bytes") {
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "out.safetensors";
  const modeling::TensorViews written = {
      {"x", {.type = modeling::ElementType::kI64, .shape = {1}, .bytes = "abcdefgh"}},
      {"y",
       {.type = modeling::ElementType::kBool,
        .shape = {2, 1},
        .bytes = absl::string_view("\0\1", 2)}},
  };
  REQUIRE(modeling::WriteSafetensors(path, written).ok());
  const auto read = modeling::SafetensorsFile::Open(path);
  REQUIRE(read.ok());
  CHECK((*read)->name() == "out.safetensors");
  REQUIRE((*read)->tensors().size() == 2);
  CHECK((*read)->tensors().at("x").bytes == "abcdefgh");
  CHECK((*read)->tensors().at("y").shape == std::vector<std::int64_t>{2, 1});
  std::ifstream in(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  CHECK(bytes.find("abcdefgh") % 8 == 0);
}

TEST_CASE("A file that is not there, a folder and an empty file are errors") {
  const testing::TemporaryFolder folder;
  CHECK(absl::IsNotFound(modeling::SafetensorsFile::Open(folder.path() / "none").status()));
  CHECK(absl::IsNotFound(modeling::SafetensorsFile::Open(folder.path()).status()));
  CHECK(absl::IsInvalidArgument(
      modeling::SafetensorsFile::Open(folder.Write("empty.safetensors", "")).status()));
}

}  // namespace
}  // namespace clientele::models
