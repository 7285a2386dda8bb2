// SPDX-License-Identifier: GPL-2.0-or-later
/* cppcheck_proof.c - faults that `make lint` wants to be found: does cppcheck read our loops? */
#include "base/arena.h"
#include "base/cleanup.h"

struct list {
	VEC(int) numbers;
	char name[4];
};

int fault_in_a_loop(const struct list *list);
void fault_after_a_push(struct arena *arena, struct list *list);

int fault_in_a_loop(const struct list *list)
{
	int sum = 0;

	vec_foreach (number, &list->numbers) {
		const char *nothing = NULL;

		sum += *nothing; /* nullPointer */
	}
	return sum;
}

void fault_after_a_push(struct arena *arena, struct list *list)
{
	vec_add(arena, &list->numbers, 1);
	list->name[4] = 'x'; /* arrayIndexOutOfBounds */
}
