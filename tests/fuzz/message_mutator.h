#ifndef CLIENTELE_TESTS_FUZZ_MESSAGE_MUTATOR_H_
#define CLIENTELE_TESTS_FUZZ_MESSAGE_MUTATOR_H_

// One random change somewhere in a message, by reflection: a field is set, cleared, copied from
// another place or handed to the fuzzer's own byte mutations; an element of a list is added,
// removed, repeated or moved. Strings stay UTF-8, as whatever passes a proto3 parser is.

#include <functional>
#include <random>
#include <string>
#include <vector>

#include "google/protobuf/message.h"

namespace clientele::fuzz {

class MessageMutator {
 public:
  // Changes bytes at random, as LLVMFuzzerMutate does.
  using ByteMutator = std::function<void(std::string* bytes)>;

  MessageMutator(unsigned seed, ByteMutator mutate_bytes)
      : random_(seed), mutate_bytes_(std::move(mutate_bytes)) {}

  void Mutate(google::protobuf::Message* root);

 private:
  using Message = google::protobuf::Message;
  using Field = google::protobuf::FieldDescriptor;

  int Below(int bound) {
    return static_cast<int>(random_() % static_cast<std::uint_fast32_t>(bound));
  }
  bool OneIn(int n) { return Below(n) == 0; }

  void Collect(Message* message);
  void MutateMessage(Message* message);
  void MutateField(Message* message, const Field* field);
  void MutateList(Message* message, const Field* field);
  void AddElement(Message* message, const Field* field);
  void SetScalar(Message* message, const Field* field);
  std::string MutatedText(std::string text);
  std::int64_t MutatedInteger(std::int64_t value);
  double MutatedReal(double value);
  int MutatedEnum(const google::protobuf::EnumDescriptor& type);

  std::minstd_rand random_;
  const ByteMutator mutate_bytes_;
  std::vector<Message*> messages_;
  std::vector<std::string> texts_;
};

}  // namespace clientele::fuzz

#endif  // CLIENTELE_TESTS_FUZZ_MESSAGE_MUTATOR_H_
