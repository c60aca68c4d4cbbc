#ifndef CLIENTELE_COMMON_TRAINING_FREED_MEMORY_H_
#define CLIENTELE_COMMON_TRAINING_FREED_MEMORY_H_

namespace clientele::training {

// For programs that train and then end: memory that a step frees is kept for the next step. By
// default glibc gives hundreds of megabytes back to the system after each step, whose pages are
// then faulted in again: a sixth of the processor time of tuning an encoder. The process does not
// shrink until it ends. Once, before there are threads.
void KeepFreedMemory();

}  // namespace clientele::training

#endif  // CLIENTELE_COMMON_TRAINING_FREED_MEMORY_H_
