// libFuzzer's mutations of a script: of its messages instead of its letters.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <random>
#include <string>

#include "tests/fuzz/call_script.h"
#include "tests/fuzz/message_mutator.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace clientele::fuzz {
namespace {

absl::string_view View(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

void MutateBytes(std::string* bytes) {
  const std::size_t size = bytes->size();
  bytes->resize(size + 32);
  auto* data = reinterpret_cast<std::uint8_t*>(bytes->data());
  bytes->resize(LLVMFuzzerMutate(data, size, bytes->size()));
}

// The script's text, or nothing when it has grown too long.
std::size_t Write(const google::protobuf::Message& script, std::uint8_t* data, std::size_t max) {
  const std::string text = CallScript::Print(script);
  if (text.size() > max) return 0;
  std::memcpy(data, text.data(), text.size());
  return text.size();
}

void DropSome(google::protobuf::Message* script, std::minstd_rand& random) {
  const auto* calls = script->GetDescriptor()->field(0);
  const auto* reflection = script->GetReflection();
  const int size = reflection->FieldSize(*script, calls);
  int kept = 0;
  for (int i = 0; i < size; ++i) {
    if (random() % 2 == 0) reflection->SwapElements(script, calls, i, kept++);
  }
  while (reflection->FieldSize(*script, calls) > kept) reflection->RemoveLast(script, calls);
}

}  // namespace
}  // namespace clientele::fuzz

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned int seed) {
  namespace fuzz = clientele::fuzz;
  const auto script = fuzz::TargetScript().Parse(fuzz::View(data, size));
  fuzz::MessageMutator(seed, fuzz::MutateBytes).Mutate(script.get());
  const std::size_t written = fuzz::Write(*script, data, max_size);
  return written > 0 ? written : size;
}

// Some calls of the one, then some of the other.
extern "C" std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* data1, std::size_t size1,
                                                 const std::uint8_t* data2, std::size_t size2,
                                                 std::uint8_t* out, std::size_t max_size,
                                                 unsigned int seed) {
  namespace fuzz = clientele::fuzz;
  const auto script = fuzz::TargetScript().Parse(fuzz::View(data1, size1));
  const auto other = fuzz::TargetScript().Parse(fuzz::View(data2, size2));
  std::minstd_rand random(seed);
  fuzz::DropSome(script.get(), random);
  fuzz::DropSome(other.get(), random);
  script->MergeFrom(*other);
  return fuzz::Write(*script, out, max_size);
}
